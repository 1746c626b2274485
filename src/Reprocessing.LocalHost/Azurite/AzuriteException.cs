namespace Reprocessing.LocalHost.Azurite;

internal sealed class AzuriteException(string message, Exception? inner = null) : Exception(message, inner);
