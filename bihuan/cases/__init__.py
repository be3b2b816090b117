"""Cases: demands, complaints, enquiries, suggestions, praise and emergencies, from receipt to closure."""
