from PySide6.QtCore import QPoint, QPointF

from glview.canvases.qt_pixels import beyond_pixel


def test_a_place_between_pixels_is_told_by_how_far_it_is_beyond_the_nearest() -> None:
    assert beyond_pixel(QPoint(7, 5), 1.25) == QPointF(-0.25, 0.25)  # 8.75 and 6.25
    assert beyond_pixel(QPoint(7, 5), 1.5) == QPointF(-0.5, -0.5)  # 10.5 and 7.5, rounded up


def test_a_place_on_a_pixel_is_none_beyond_it() -> None:
    for ratio in (1.0, 2.0, 3.0):
        assert beyond_pixel(QPoint(7, 5), ratio) == QPointF(0.0, 0.0)
    assert beyond_pixel(QPoint(8, 4), 1.25) == QPointF(0.0, 0.0)
