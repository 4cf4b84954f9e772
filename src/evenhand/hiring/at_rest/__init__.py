"""What people wrote, sealed where it is stored: the keys, the cipher, the fields, the rotation.

A new column is sealed by the class of its field and by nothing else: `fields.SealedTextField`.
"""
