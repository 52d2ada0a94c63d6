"""`custody home`, `officer`, `journal`, `halt`, `resume` and `status`: a treasury's directory and its book."""
