using System.Reflection;

namespace Reprocessing.Domain.Names;

/// <summary>The stored and published names of enums, so that JSON, table rows and settings agree. A test pins all of them.</summary>
public static class EnumNames
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum =>
        Map<TEnum>.Names.TryGetValue(value, out var name)
            ? name
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{typeof(TEnum).Name} has no such member.");

    public static bool TryParse<TEnum>(string? name, out TEnum value)
        where TEnum : struct, Enum => Map<TEnum>.Values.TryGetValue(name ?? string.Empty, out value);

    public static IReadOnlyList<string> All<TEnum>()
        where TEnum : struct, Enum => Map<TEnum>.Ordered;

    private static class Map<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly Dictionary<TEnum, string> Names =
            Enum.GetValues<TEnum>().ToDictionary(value => value, NameOf);

        public static readonly Dictionary<string, TEnum> Values =
            Names.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

        public static readonly IReadOnlyList<string> Ordered = [.. Enum.GetValues<TEnum>().Select(value => Names[value])];

        private static string NameOf(TEnum value) =>
            typeof(TEnum).GetField(value.ToString())!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
            ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
    }
}

public sealed class EnumNameConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseLower)
    where TEnum : struct, Enum;
