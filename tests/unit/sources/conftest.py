"""What several tests of sources set up."""

import pytest

from glview.sources import jpeg


@pytest.fixture
def libvips_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where libjpeg-turbo's wheel is not installed."""
    monkeypatch.setattr(jpeg, "_decoder", lambda: None)
