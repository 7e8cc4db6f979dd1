from django import forms


class EntryForm(forms.Form):
    text = forms.CharField(label="Your line", min_length=3, max_length=200)
    stars = forms.IntegerField(label="Stars", min_value=1, max_value=5, initial=5)
    picture = forms.FileField(label="A picture", required=False)
