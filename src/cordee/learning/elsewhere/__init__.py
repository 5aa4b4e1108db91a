"""Groups whose session is played on another platform: which one it is, and the marks that its reports bring."""
