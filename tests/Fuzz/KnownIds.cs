using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fuzz;

/// <summary>Ids that requests name: those of orders are made up, the app's own are learnt from its answers.</summary>
internal sealed class KnownIds(int seed)
{
    /// <summary>Few enough that orders meet one another.</summary>
    public const int Orders = 250;

    private const int MostOfAKind = 40;

    private static readonly string[] Learnt = ["planId", "jobId", "importId", "exportId", "runId", "fingerprint", "workflowId", "instanceId", "nextPageToken"];

    private readonly ConcurrentDictionary<string, List<string>> _known = new(Learnt.Select(kind => KeyValuePair.Create(kind, new List<string>())));

    public bool Knows(string kind) => kind is "orderId" or "customerId" or "code" || _known.ContainsKey(kind);

    /// <summary>One in eight never gets through its workflow.</summary>
    public string Order(int number) => string.Create(CultureInfo.InvariantCulture, $"{(number % 8 == 0 ? "failing" : "fuzz")}-{seed}-{number}");

    /// <summary>Takes one draw, whatever is known.</summary>
    public string Pick(Random random, string kind)
    {
        var draw = random.NextDouble();
        return kind switch
        {
            // Mostly one of the first, which are there.
            "orderId" => Order((int)(draw * draw * draw * Orders)),
            "customerId" => string.Create(CultureInfo.InvariantCulture, $"customer-{(int)(draw * 9)}"),
            "code" => draw < 0.5 ? "invalid_body" : "not_found",
            _ => PickLearnt(kind, draw),
        };
    }

    public void Learn(string kind, string id)
    {
        var known = _known.GetOrAdd(kind, _ => []);
        lock (known)
        {
            if (!known.Contains(id))
            {
                known.Add(id);
            }

            if (known.Count > MostOfAKind)
            {
                known.RemoveAt(0);
            }
        }
    }

    public void LearnFrom(JsonNode? answer)
    {
        foreach (var (name, value) in answer as JsonObject ?? [])
        {
            if (value?.GetValueKind() == JsonValueKind.String && Learnt.Contains(name))
            {
                Learn(name, (string)value!);
            }
        }

        foreach (var item in answer?["items"] as JsonArray ?? [])
        {
            LearnFrom(item);
        }
    }

    private string PickLearnt(string kind, double draw)
    {
        var known = _known.GetOrAdd(kind, _ => []);
        lock (known)
        {
            // Mostly one of the newest: a job, say, is soon over.
            return known.Count == 0 ? $"{kind}-1" : known[^(1 + (int)(draw * draw * known.Count))];
        }
    }
}
