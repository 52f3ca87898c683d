"""Planning a day: which requests are met, in which slot and at which table. Pure; speaks of no fair in particular."""
