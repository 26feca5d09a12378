"""``python -m bcinfra``: the command, where its script is not on the path."""

from bcinfra.cli import main

if __name__ == "__main__":  # processes that work side by side read this module again
    main()
