"""From a program and a case to truth. The interpreter is the meaning; others must agree with it."""
