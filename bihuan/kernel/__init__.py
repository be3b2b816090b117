"""What every room may use: errors that help, and nothing that knows the business."""
