"""Pure rules of a consultation: commands, the state of a stream, and one module of decisions per concern."""
