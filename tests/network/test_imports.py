"""What a page reads of a network loads no TensorFlow: a fresh interpreter, asked what it holds."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIGHT = ("spec", "record", "blocks", "catalogue", "graph", "accounting", "source", "applications", "weights")


@pytest.mark.parametrize("name", LIGHT)
def test_no_tensorflow(name: str) -> None:
    program = (
        f"import resnet_core.network.{name}, sys\n"
        "print(sorted({module.split('.')[0] for module in sys.modules} & {'tensorflow', 'keras', 'torch'}))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_the_page_process_can_use_all_of_them() -> None:
    """Accounting, JSON and source text of a network, without TensorFlow at any step."""
    program = (
        "import sys\n"
        "from resnet_core.network.accounting import account\n"
        "from resnet_core.network.catalogue import network\n"
        "from resnet_core.network.record import from_dict, to_dict\n"
        "from resnet_core.network.source import source\n"
        "spec = from_dict(to_dict(network('cifar_resnet20')))\n"
        "print(account(spec).parameters, len(source(spec)) > 1000, 'keras' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["270838", "True", "False"]
