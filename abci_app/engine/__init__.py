"""The few mechanisms that every act uses."""
