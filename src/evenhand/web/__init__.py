"""Pages, forms, charts and the report: what people see."""
