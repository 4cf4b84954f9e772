"""The candidate's pages: from the personal link to the thank-you."""
