def database(number):
    return f"database-{number}"
