"""OpenCV: `read` until there is no more; then each wanted frame by `CAP_PROP_POS_FRAMES`."""

from __future__ import annotations

import cv2
import numpy as np
from answering import Asked, Seen, answer


def read(asked: Asked, seen: Seen) -> None:
    """Through `VideoCapture`."""
    capture = cv2.VideoCapture(asked.path)
    if not capture.isOpened():
        raise ValueError("does not open")
    count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    seen.count = count if count > 0 else None
    while True:
        found, picture = capture.read()
        if not found:
            break
        seen.numbers.append(asked.number(picture))
    capture.release()
    capture = cv2.VideoCapture(asked.path)
    seen.picked = asked.picks(lambda place: _frame(capture, place))


def _frame(capture: cv2.VideoCapture, place: int) -> np.ndarray:
    capture.set(cv2.CAP_PROP_POS_FRAMES, place)
    found, picture = capture.read()
    if not found:
        raise ValueError("no frame")
    return picture


cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
answer(cv2.__version__, read)
