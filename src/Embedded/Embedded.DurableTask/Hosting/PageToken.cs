using System.Text;

namespace Embedded.DurableTask.Hosting;

/// <summary>Where a listing goes on, in a form that travels in headers and that nobody is tempted to make up.</summary>
internal static class PageToken
{
    public static string? Write(string? after) => after is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(after));

    /// <exception cref="ArgumentException">The token is none of ours.</exception>
    public static string? Read(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(token));
        }
        catch (FormatException exception)
        {
            throw new ArgumentException("The continuation token is not valid.", nameof(token), exception);
        }
    }
}
