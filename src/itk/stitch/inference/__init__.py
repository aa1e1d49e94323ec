"""Inference: who called what, where no id says so. Guesses fill parents inside a run; they decide nothing else.

    delays = learn(work of earlier exact runs)
    guesses = infer(work of this run, graph, delays)

Pure values in and out. The assignment needs numpy and scipy (the extra `inference`); ask `available` first.
"""

from __future__ import annotations

from itk.stitch.inference.delays import Delays
from itk.stitch.inference.guessing import available, infer
from itk.stitch.inference.learning import fold, learn
from itk.stitch.inference.work import CallGraph, Edge, Guess, Signature, Work

__all__ = ["CallGraph", "Delays", "Edge", "Guess", "Signature", "Work", "available", "fold", "infer", "learn"]
