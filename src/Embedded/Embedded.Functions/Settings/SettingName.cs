using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Settings;

/// <summary>Setting names as Functions writes them: <c>A__B</c> stands for <c>A:B</c>, and <c>%A%</c> in a binding for A's value.</summary>
internal static partial class SettingName
{
    public static string ToPath(string name) => name.Replace("__", ":", StringComparison.Ordinal);

    /// <summary>The text with every %Setting% replaced; names that no setting has are told.</summary>
    public static string Resolve(string text, IConfiguration settings, ICollection<string> missing) =>
        Reference().Replace(text, reference =>
        {
            var name = reference.Groups[1].Value;
            var value = settings[ToPath(name)];
            if (value is null)
            {
                missing.Add(name);
            }

            return value ?? reference.Value;
        });

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Reference();
}
