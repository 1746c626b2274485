// The captured answers name this type without a namespace.
#pragma warning disable CA1050
internal sealed class MyEx(string message, Exception? inner = null) : Exception(message, inner);
