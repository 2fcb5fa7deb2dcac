"""3+2 pathways: three years of secondary school, then two of college. Their pages, finder and comparison."""
