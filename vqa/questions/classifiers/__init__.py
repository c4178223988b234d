"""What text classifiers and taggers find in a message: probabilities of intents and operations, tagged words."""
