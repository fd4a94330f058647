"""Areas, people, accounts, organizations, posts, stations, ties and vouches."""
