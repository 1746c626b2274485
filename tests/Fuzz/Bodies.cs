using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Fuzz;

/// <summary>Makes JSON bodies from their schemas, and spoils them.</summary>
internal sealed partial class Bodies(ApiDocument document, KnownIds ids)
{
    private const int DeepestMade = 6;

    /// <summary>Needed by most bodies that know them.</summary>
    private static readonly string[] Asked = ["requestedBy", "resolvedBy", "author", "reason", "resolution", "type"];

    private static readonly (string Operation, string Options)[] Operations =
    [
        ("retry", "ReprocessOptions"), ("resolve", "ResolveOptions"), ("purge", "PurgeOptions"), ("reset", "ResetOptions"),
        ("restart", "ReprocessOptions"), ("dead_letter", "FailingOptions"), ("cancel", "FailingOptions"),
    ];

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public JsonNode? Make(Random random, JsonNode? schema, string name, int depth = 0)
    {
        if (document.Resolve(schema) is not JsonObject rules || depth > DeepestMade)
        {
            return random.Pick([JsonValue.Create(1), JsonValue.Create("gold"), (JsonNode?)null, new JsonObject { ["tier"] = "gold" }, new JsonArray(1, "a")]);
        }

        if (rules["enum"] is JsonArray values)
        {
            return random.Pick([.. values])?.DeepClone();
        }

        if (rules["anyOf"] is JsonArray choices)
        {
            return Make(random, random.Pick([.. choices]), name, depth + 1);
        }

        return (rules["type"] is JsonArray types ? (string?)types[0] : (string?)rules["type"]) switch
        {
            "object" => MakeObject(random, rules, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Make(random, rules["items"], name, depth + 1))]),
            "string" => MakeText(random, rules, name),
            "integer" => JsonValue.Create((long)Between(random, rules)),
            "number" => JsonValue.Create(Math.Round(Between(random, rules), 2)),
            "boolean" => JsonValue.Create(random.Chance(0.5)),
            _ => random.Pick([JsonValue.Create(3), (JsonNode?)JsonValue.Create("retry"), new JsonObject { ["maxRetries"] = 2 }]),
        };
    }

    /// <param name="strength">How many faults.</param>
    public static byte[] Spoil(Random random, JsonNode? body, int strength)
    {
        if (body is JsonObject members && members.Count > 0 && random.Chance(0.2))
        {
            members.Remove(random.Pick([.. members.Select(member => member.Key)]));
        }

        var text = body?.ToJsonString(Relaxed) ?? "null";
        for (; strength > 0; strength--)
        {
            text = random.Next(7) switch
            {
                0 or 1 => Replace(random, Values(), text, _ => random.Pick(Texts.RawJson)),
                2 => Replace(random, Values(), text, _ => JsonSerializer.Serialize(Texts.HostileOr(random, mayBeLong: true), Relaxed)),
                3 => Replace(random, Names(), text, name => $"{name}{random.Pick(Texts.RawJson)},{name}"),
                4 => Replace(random, Names(), text, name => random.Chance(0.5) ? name.ToUpperInvariant() : name.ToLowerInvariant()),
                5 => Replace(random, Names(), text, name => $"{(random.Chance(0.5) ? "\"surprise\":" : name.ToUpperInvariant())}{random.Pick(Texts.RawJson)},{name}"),
                _ => Replace(random, Values(), text, value => $"{(value.StartsWith('"') ? value[1..^1] : $"\"{value}\"")}"),
            };
        }

        return random.Chance(0.25) ? SpoilWhole(random, text) : Encoding.UTF8.GetBytes(text);
    }

    private static byte[] SpoilWhole(Random random, string text) => random.Next(14) switch
    {
        0 => [],
        1 => " \r\n\t"u8.ToArray(),
        2 => Encoding.UTF8.GetBytes(text[..random.Next(text.Length)]),
        3 => Encoding.UTF8.GetBytes(text + random.Pick(["x", "}", text, "\u0000", " // end", ","])),
        4 => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)],
        5 => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)],
        6 => Encoding.Latin1.GetBytes(text.Replace("\":\"", "\":\"\u00e9", StringComparison.Ordinal)),
        7 => Broken(random, Encoding.UTF8.GetBytes(text)),
        8 => Encoding.UTF8.GetBytes($"[{text}]"),
        9 => Encoding.UTF8.GetBytes(random.Pick(["null", "[]", "\"text\"", "1", "true", "{}", "{\"\":1}", "{}{}", "/**/{}", "{,}", "<a/>", "a=1&b=2"])),
        10 => Encoding.UTF8.GetBytes(text.PadRight((1024 * 1024) + random.Next(-1, 2))),
        11 => Encoding.UTF8.GetBytes(text.Replace('"', '\'')),
        12 => Encoding.UTF8.GetBytes(text.Replace("}", ",}", StringComparison.Ordinal)),
        _ => Encoding.UTF8.GetBytes(text.Insert(random.Next(text.Length), random.Pick(["\u0000", "\u2028", "\ufeff", "\\", "\""]))),
    };

    /// <summary>With octets that are no UTF-8.</summary>
    public static byte[] Broken(Random random, byte[] text)
    {
        var at = random.Next(text.Length + 1);
        return [.. text[..at], .. random.Pick(new byte[][] { [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xFF], [0xE2, 0x80], [0xF4, 0x90, 0x80, 0x80] }), .. text[at..]];
    }

    private JsonObject MakeObject(Random random, JsonObject rules, int depth)
    {
        var made = new JsonObject();
        var required = (rules["required"] as JsonArray ?? []).Select(name => (string)name!).ToHashSet();
        foreach (var (name, schema) in rules["properties"] as JsonObject ?? [])
        {
            if (required.Contains(name) || random.Chance(0.35))
            {
                made[name] = Make(random, schema, name, depth + 1);
            }
        }

        if (rules["properties"] is null)
        {
            made[random.Pick(["tier", "a", "odd name", "é"])] = Make(random, rules["additionalProperties"], "any", depth + 1);
        }

        if (rules["properties"] is JsonObject known)
        {
            MakeSensible(random, known, made, depth);
        }

        return made;
    }

    /// <summary>What the schema does not say of members that belong together; else few bodies would be good for anything.</summary>
    private void MakeSensible(Random random, JsonObject known, JsonObject made, int depth)
    {
        foreach (var name in Asked.Where(known.ContainsKey))
        {
            made[name] ??= Make(random, known[name], name, depth + 1);
        }

        // A selection says one thing.
        string[] ways = ["filter", "ids", "all"];
        if (ways.All(known.ContainsKey))
        {
            var way = random.Pick(ways);
            foreach (var other in (string[])[.. ways, "idsText"])
            {
                made.Remove(other);
            }

            made[way] = way == "all" ? true : Make(random, known[way], way, depth + 1);
        }

        if (!known.ContainsKey("operation"))
        {
            return;
        }

        if (made.ContainsKey("planId"))
        {
            // A plan has frozen what it is made of.
            foreach (var frozen in (string[])["operation", "selection", "options", "expiresInMinutes", "dryRun"])
            {
                made.Remove(frozen);
            }

            return;
        }

        var (operation, options) = random.Pick(Operations);
        made["operation"] = operation;
        made["selection"] ??= Make(random, known["selection"], "selection", depth + 1);
        made["selection"]!["filter"] = made["selection"]!["filter"] is null ? null : Filters.Make(random, operation == "reset", Tone.Valid);
        made["confirm"] = operation;
        if (made["selection"]!["filter"] is null)
        {
            made["selection"]!.AsObject().Remove("filter");
        }

        if (operation is "reset" or "resolve" || made.ContainsKey("options"))
        {
            made["options"] = Make(random, new JsonObject { ["$ref"] = $"#/components/schemas/{options}" }, "options", depth + 1);
        }

        if (!known.ContainsKey("confirm"))
        {
            made.Remove("confirm");
        }
    }

    private JsonValue MakeText(Random random, JsonObject rules, string name) => JsonValue.Create(
        (string?)rules["format"] == "date-time" ? Time(random)
        : name switch
        {
            "filter" => Filters.Make(random, ofWorkflows: random.Chance(0.3), Tone.Valid),
            "failureStatus" or "status" => random.Pick(Texts.Statuses),
            "idsText" or "excludeText" => string.Join('\n', ids.Pick(random, "orderId"), ids.Pick(random, "orderId")),
            "ids" or "exclude" => ids.Pick(random, random.Chance(0.7) ? "orderId" : "workflowId"),
            "resolution" => random.Pick(["manual_retry", "cancelled", "escalated"]),
            "path" => random.Pick(["orders.csv", "today/orders.jsonl", "x.ndjson"]),
            _ when ids.Knows(name) => ids.Pick(random, name),
            _ => random.Pick(Texts.Plain),
        })!;

    private static string Time(Random random) =>
        DateTimeOffset.UtcNow.AddMinutes(-random.Next(100_000)).ToString(random.Pick(["O", "yyyy-MM-dd'T'HH:mm:ss'Z'"]), CultureInfo.InvariantCulture);

    private static double Between(Random random, JsonObject rules)
    {
        var least = (double?)rules["minimum"] ?? 0;
        var most = (double?)rules["maximum"] ?? 20;
        return random.Chance(0.1) ? random.Pick([least, most]) : least + (random.NextDouble() * Math.Min(most - least, 20));
    }

    private static string Replace(Random random, Regex what, string text, Func<string, string> with)
    {
        var found = what.Matches(text);
        if (found.Count == 0)
        {
            return text;
        }

        var one = found[random.Next(found.Count)];
        return text[..one.Index] + with(one.Value) + text[(one.Index + one.Length)..];
    }

    [GeneratedRegex("""(?<=[:\[,])("(?:[^"\\]|\\.)*"(?!:)|-?\d[\d.eE+-]*|true|false|null)""")]
    private static partial Regex Values();

    [GeneratedRegex("""(?<=[{,])"(?:[^"\\]|\\.)*":""")]
    private static partial Regex Names();
}
