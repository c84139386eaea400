import { ServiceError } from '../service';

const MAX_WIDGETS = 500;
const MAX_ALARMS = 100;

type Json = Record<string, any>;

/** What PutDashboard refuses, of what is documented about the body: it is JSON, and what a graph draws at is a number. */
export function checkDashboard(body: unknown): void {
  const problems = problemsOf(parse(body));
  if (problems.length > 0) {
    throw invalid(`The dashboard body is invalid, there are ${problems.length} validation errors: ${problems.join('; ')}`);
  }
}

function parse(body: unknown): Json {
  try {
    return JSON.parse(String(body));
  } catch (error) {
    throw invalid(`The field DashboardBody must be a valid JSON object: ${(error as Error).message}`);
  }
}

function problemsOf({ widgets }: Json): string[] {
  if (!Array.isArray(widgets) || widgets.length > MAX_WIDGETS) {
    return [`/widgets should be an array of up to ${MAX_WIDGETS} widgets`];
  }
  return widgets.flatMap(({ type, properties = {} }: Json, i) => {
    const should = (condition: boolean, member: string, what: string) => condition ? [] : [`/widgets/${i}/properties/${member} should be ${what}`];
    switch (type) {
      case 'text': return should(typeof properties.markdown === 'string', 'markdown', 'string');
      case 'alarm': return should(properties.alarms?.length >= 1 && properties.alarms.length <= MAX_ALARMS, 'alarms', `1 to ${MAX_ALARMS} ARNs`);
      case 'metric': return (properties.annotations?.horizontal ?? []).flatMap(({ value, visible }: Json, j: number) => [
        ...should(typeof value === 'number', `annotations/horizontal/${j}/value`, 'number'),
        ...should(['boolean', 'undefined'].includes(typeof visible), `annotations/horizontal/${j}/visible`, 'boolean'),
      ]);
      default: return [];
    }
  });
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterInput', message);
}
