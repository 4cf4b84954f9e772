"""What all pages share: the frame, the stylesheet and the charts."""
