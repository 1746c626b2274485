using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Reprocessing.Azurite;

/// <summary>
/// Who has started the emulator on a port: a file that is locked as long as that process lives, and that names the emulator's own process, so
/// that what a killed owner has left is told from an emulator that somebody else runs.
/// </summary>
internal sealed class PortOwnership : IDisposable
{
    /// <summary>Two looks at the time that a process was started differ a little; ids are not given out anew so soon.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private readonly FileStream _file;

    private PortOwnership(FileStream file) => _file = file;

    public static string PathOf(int port) =>
        Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"azurite-{Environment.UserName}-{port}.owner"));

    /// <returns>Null while another owner lives.</returns>
    public static PortOwnership? TryTake(int port)
    {
        try
        {
            return new(new FileStream(PathOf(port), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static string Describe(Process emulator) =>
        string.Create(CultureInfo.InvariantCulture, $"{emulator.Id} {emulator.StartTime.ToUniversalTime():O}");

    public void Write(Process emulator)
    {
        _file.SetLength(0);
        _file.Write(Encoding.ASCII.GetBytes(Describe(emulator)));
        _file.Flush();
    }

    /// <summary>An emulator ends with its owner, but first writes its last rows: whoever reads them sooner would miss them.</summary>
    public async Task EndLeftoverAsync(TimeSpan patience, CancellationToken cancellation)
    {
        using var left = await FindLeftoverAsync(cancellation);
        if (left is null)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            await left.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            left.Kill(entireProcessTree: true);
            await left.WaitForExitAsync(cancellation);
        }
    }

    /// <summary>Of an owner that ends as it should, and so leaves nothing.</summary>
    public void Dispose()
    {
        _file.SetLength(0);
        _file.Dispose();
    }

    private async Task<Process?> FindLeftoverAsync(CancellationToken cancellation)
    {
        using var reader = new StreamReader(_file, leaveOpen: true);
        if ((await reader.ReadToEndAsync(cancellation)).Split(' ') is not [var id, var begin])
        {
            return null;
        }

        Process? found = null;
        try
        {
            found = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
            var began = DateTimeOffset.Parse(begin, CultureInfo.InvariantCulture).UtcDateTime;
            if ((found.StartTime.ToUniversalTime() - began).Duration() < Tolerance)
            {
                return found;
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }

        found?.Dispose();
        return null;
    }
}
