using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Reprocessing.Cli.Terminal;

/// <summary>
/// stdout that says when nobody reads it any more. The console's own passes over that, and so <c>| head</c> would make a list of any
/// length be read to its end for nobody.
/// </summary>
internal static class StandardOutput
{
    private const int BrokenPipe = 32;

    public static TextWriter Open()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return Console.Out;
        }

        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

        // A stream of a file keeps a place of its own, and would write over what stderr has put into the same file.
        return stream.CanSeek ? Console.Out : new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
    }

    public static bool HasNoReader(Exception fault) => fault is IOException { HResult: BrokenPipe };
}
