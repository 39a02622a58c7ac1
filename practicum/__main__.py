"""``python -m practicum`` is the command ``practicum``."""

from practicum.cli.main import main

if __name__ == "__main__":
    main()
