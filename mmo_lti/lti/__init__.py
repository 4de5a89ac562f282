"""LTI 1.3 Advantage: login, launch, keys, registration, services."""
