using System.CommandLine;

var folder = new Argument<string>("FOLDER") { Description = "Folder of a built or published app of the .NET isolated worker.", DefaultValueFactory = _ => "." };
var port = new Option<int?>("--port", "-p") { Description = "Port to listen at. Default: FUNCTIONS_HTTP_PORT, Host.LocalHttpPort of the settings, 7071." };
var address = new Option<string>("--address") { Description = "Address to listen at.", DefaultValueFactory = _ => "127.0.0.1" };
var settings = new Option<string?>("--settings") { Description = "Settings file. Default: local.settings.json in FOLDER." };
var location = new Option<string?>("--azurite-location") { Description = "Folder for the data of an Azurite that is started here. Default: memory." };
var untilInputEnds = new Option<bool>("--until-input-ends") { Description = "Stop when the standard input ends, as it does with the program that started the host." };
var showKeys = new Option<bool>("--show-keys") { Description = "Print the keys at the start." };
port.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int?>() is < 1 or > ushort.MaxValue)
    {
        result.AddError("--port is from 1 to 65535.");
    }
});
var command = new RootCommand("Runs an Azure Functions app of the .NET isolated worker on this machine.") { folder, port, address, settings, location, untilInputEnds, showKeys };
command.SetAction((parsed, _) => FunctionsHost.RunAsync(new LaunchOptions
{
    Folder = parsed.GetValue(folder)!,
    Port = parsed.GetValue(port),
    Address = parsed.GetValue(address)!,
    SettingsFile = parsed.GetValue(settings),
    AzuriteLocation = parsed.GetValue(location),
    UntilInputEnds = parsed.GetValue(untilInputEnds),
    ShowKeys = parsed.GetValue(showKeys),
}));

// Signals are the host's own business.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
