"""A learner's own pace: a weekly aim that they set, lower or drop, and pauses. There is nothing to lose by either."""
