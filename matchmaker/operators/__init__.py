"""What an operator looks over: how the service runs, nothing about people. Rows are read here and changed nowhere."""
