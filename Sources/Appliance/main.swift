import AsyncHTTPClient
import Hummingbird
print("hi")
