"""The bus between services: one port, a local durable log and Kafka behind it."""
