namespace Reprocessing.Azurite;

internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Information, "Installing the storage emulator in {Folder}; this happens once")]
    public static partial void Installing(ILogger logger, string folder);

    [LoggerMessage(6002, LogLevel.Information, "Storage emulator: {Service} service started on port {Port} (process {ProcessId}, data in {Location})")]
    public static partial void Started(ILogger logger, AzuriteService service, int port, int processId, string location);

    [LoggerMessage(6003, LogLevel.Information, "Using the {Service} storage that answers on port {Port}")]
    public static partial void Reused(ILogger logger, AzuriteService service, int port);

    [LoggerMessage(6004, LogLevel.Debug, "Storage emulator: {Service} service on port {Port} stopped")]
    public static partial void Stopped(ILogger logger, AzuriteService service, int port);

    [LoggerMessage(6005, LogLevel.Warning, "Storage emulator: {Service} service on port {Port} did not stop when asked and was killed; its last seconds may be lost")]
    public static partial void Killed(ILogger logger, AzuriteService service, int port, Exception exception);

    [LoggerMessage(6006, LogLevel.Error, "Storage emulator: {Service} service on port {Port} ended without being asked")]
    public static partial void Died(ILogger logger, AzuriteService service, int port);
}
