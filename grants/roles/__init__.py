"""Roles: who holds which place where, how they are invited to it, and how it ends.

After the evaluation: whose role as a reviewer ends, leaves open reviews behind.
"""
