"""The PQRS clock: legal terms as data, business days, due dates, what is overdue."""
