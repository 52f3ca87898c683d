"""The main job: the 2023 fair from its first day to the first payments, driven through the HTTP interfaces."""
