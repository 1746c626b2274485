using Embedded.Functions.Discovery;
using Embedded.Functions.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Web;

/// <summary>The routes of HTTP functions, below the prefix.</summary>
internal static class HttpRoutes
{
    private static readonly string[] Reserved = ["admin", "runtime"];

    public static void Map(WebApplication app, FunctionCatalog catalog, HostJson host, ICollection<string> problems)
    {
        var handler = app.Services.GetRequiredService<HttpFunctionHandler>();
        var constraints = app.Services.GetRequiredService<IInlineConstraintResolver>();
        var taken = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (function, trigger) in catalog.With<FunctionTrigger.Http>())
        {
            if (Pattern(function.Name, trigger, host.RoutePrefix, constraints, problems) is not { } pattern)
            {
                continue;
            }

            foreach (var method in trigger.Methods.DefaultIfEmpty("*").Select(method => method.ToUpperInvariant()).Distinct())
            {
                if (!taken.TryAdd($"{method} {pattern.RawText}", function.Name))
                {
                    problems.Add($"Function '{function.Name}': the route '{trigger.Route}' for {method} is '{taken[$"{method} {pattern.RawText}"]}''s.");
                }
            }

            var endpoint = app.Map(pattern, http => handler.HandleAsync(function, trigger, http)).WithMetadata(HostRoute.Instance);
            if (trigger.Methods.Count > 0)
            {
                endpoint.WithMetadata(new HttpMethodMetadata(trigger.Methods.Select(method => method.ToUpperInvariant())));
            }
        }
    }

    private static RoutePattern? Pattern(
        string function, FunctionTrigger.Http trigger, string prefix, IInlineConstraintResolver constraints, ICollection<string> problems)
    {
        var template = $"/{string.Join('/', new[] { prefix, trigger.Route }.Where(part => part.Length > 0))}";
        try
        {
            var pattern = RoutePatternFactory.Parse(template);
            var unknown = pattern.ParameterPolicies.Values.SelectMany(policies => policies)
                .FirstOrDefault(policy => policy.Content is { } content && constraints.ResolveConstraint(content) is null);
            if (unknown is not null)
            {
                problems.Add($"Function '{function}': the route '{trigger.Route}' has the unknown constraint '{unknown.Content}'.");
                return null;
            }

            if (template.Split('/') is [_, var first, ..] && Reserved.Contains(first, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add($"Function '{function}': the route '{template}' conflicts with the host's own '/{first}'.");
                return null;
            }

            return pattern;
        }
        catch (Exception exception) when (exception is RoutePatternException or RouteCreationException)
        {
            problems.Add($"Function '{function}': the route '{trigger.Route}' is not valid: {exception.Message}");
            return null;
        }
    }
}
