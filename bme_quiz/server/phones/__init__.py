"""The phones' front: plain HTML pages of a session in a room, small enough for any phone.

A page is one response that needs no script. With script it holds a stream of events open, and is
told when the session moves. All of it stands in front of Streamlit and shares nothing with its
pages but the services below them.
"""
