"""``python -m resnet_core``: everything a page computes, without a browser."""

from resnet_core.commands.main import main

if __name__ == "__main__":
    main()
