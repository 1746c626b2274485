using System.Net;
using System.Text.Json;

namespace Reprocessing.Cli.Http;

/// <summary>An answer that is no problem.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, JsonElement Json);
