"""The least that a question in Streamlit can be: four radio options and a button.

What the app's own pages are measured against. It knows no bank, keeps nothing and explains
nothing.
"""

import streamlit as st

st.title("A bare page")
choice = st.radio(
    "Which of these is a question?", ["The first", "The second", "The third", "The fourth"]
)
if st.button("Check answer"):
    st.write(f"You chose {choice}.")
