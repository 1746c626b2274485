using System.Globalization;

namespace EndToEnd.Tests.Hosts;

internal static class Asked
{
    /// <summary>How many a variable of the environment says; the other number where it is not set.</summary>
    public static int Of(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var asked) ? asked : otherwise;
}
