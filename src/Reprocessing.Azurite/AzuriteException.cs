namespace Reprocessing.Azurite;

internal sealed class AzuriteException(string message, Exception? inner = null) : Exception(message, inner);
