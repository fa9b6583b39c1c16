"""What the server tells its operators: logs now, metrics and traces later."""
