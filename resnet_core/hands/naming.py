"""The label that a person wrote at the beginning of a file's name."""

from __future__ import annotations

from collections.abc import Sequence


def label_in_name(name: str, classes: Sequence[str]) -> int | None:
    """Reads the label of a picture from the name of its file.

    The name has to begin with the name of a class, and a letter or digit must not follow at once: 3.jpg,
    3_anything.jpg and "3 (2).png" are labelled 3; 30.jpg, 3d.jpg and IMG_3.jpg have no label.

    Args:
        name: Of the file; folders before the last slash do not count.
        classes: What the classes are called.

    Returns:
        An index into `classes`, or None where there is no label.
    """
    base = name.replace("\\", "/").rpartition("/")[2]
    # The longest first, so that of "1" and "1 hand" the name "1 hand.jpg" means the second.
    for index in sorted(range(len(classes)), key=lambda one: -len(classes[one])):
        rest = base.removeprefix(classes[index])
        if classes[index] and rest != base and not rest[:1].isalnum():
            return index
    return None
