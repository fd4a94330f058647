"""From rows of text to a plan: what each row would do, or all that is wrong with it. Nothing here writes."""
