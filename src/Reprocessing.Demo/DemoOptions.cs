namespace Reprocessing.Demo;

/// <param name="Orders">How many orders to send in.</param>
/// <param name="Port">Where the app listens.</param>
/// <param name="UntilSettled">End by itself when no order is left to work on; without it the demo runs until Ctrl-C.</param>
internal sealed record DemoOptions(int Orders, int Port, bool UntilSettled)
{
    public const string Help = """
        Starts the app on this machine, sends orders in and shows how failed ones are restarted or dead-lettered.

          --orders N        how many orders to send in (1 to 5000; default 240)
          --port N          where the app listens (default 7071)
          --until-settled   end when no order is left to work on, instead of waiting for Ctrl-C
        """;

    public static (DemoOptions? Options, string Message) Parse(IReadOnlyList<string> arguments)
    {
        var options = new DemoOptions(240, 7071, false);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--orders" when Number(arguments, ++i, 1, 5000) is { } orders:
                    options = options with { Orders = orders };
                    break;
                case "--port" when Number(arguments, ++i, 1, 65535) is { } port:
                    options = options with { Port = port };
                    break;
                case "--until-settled":
                    options = options with { UntilSettled = true };
                    break;
                case "--help" or "-h":
                    return (null, "");
                default:
                    return (null, $"Not understood: {string.Join(' ', arguments)}");
            }
        }

        return (options, "");
    }

    private static int? Number(IReadOnlyList<string> arguments, int index, int from, int to) =>
        index < arguments.Count && int.TryParse(arguments[index], out var value) && value >= from && value <= to ? value : null;
}
